package web

func showMatches(*Request) (Answer, error) { return Answer{}, errUnbuilt }
