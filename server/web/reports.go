package web

type outcomeBody struct{}

func newReport(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func fileReport(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func handleReport(*Request) (Answer, error) { return Answer{}, errUnbuilt }
