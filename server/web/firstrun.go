package web

type foundingBody struct{}

func newNetwork(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func foundNetwork(*Request) (Answer, error) { return Answer{}, errUnbuilt }
