package web

type postingData struct{}

type answerBody struct{}

func showBoard(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func newPosting(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func postOnBoard(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func showPosting(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func editPosting(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func changePosting(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func closePosting(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func answerPosting(*Request) (Answer, error) { return Answer{}, errUnbuilt }
