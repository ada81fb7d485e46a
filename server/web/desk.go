package web

type deskData struct{}

type joinAnswerBody struct{}

func showDesk(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func answerJoin(*Request) (Answer, error) { return Answer{}, errUnbuilt }
