package web

type programmeData struct{}

func showProgrammes(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func newProgramme(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func postProgramme(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func showProgramme(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func editProgramme(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func changeProgramme(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func closeProgramme(*Request) (Answer, error) { return Answer{}, errUnbuilt }
