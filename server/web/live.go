package web

func goLive(*Request) (Answer, error) { return Answer{}, errUnbuilt }
