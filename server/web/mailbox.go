package web

func showMailbox(*Request) (Answer, error) { return Answer{}, errUnbuilt }
