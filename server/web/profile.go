package web

func editProfile(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func writeProfile(*Request) (Answer, error) { return Answer{}, errUnbuilt }
