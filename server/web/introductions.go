package web

type introductionsData struct{}

type introductionData struct{}

type introductionBody struct{}

type wordsBody struct{}

func showIntroductions(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func newIntroduction(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func askIntroduction(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func acceptIntroduction(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func passIntroduction(*Request) (Answer, error) { return Answer{}, errUnbuilt }
