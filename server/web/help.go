package web

func showHelp(*Request) (Answer, error) { return Answer{}, errUnbuilt }
