package web

type searchData struct{}

func searchAll(*Request) (Answer, error) { return Answer{}, errUnbuilt }
