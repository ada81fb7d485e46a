package web

type noticeData struct{}

func showNotices(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func readNotices(*Request) (Answer, error) { return Answer{}, errUnbuilt }
