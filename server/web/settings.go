package web

type languageBody struct{}

type themeBody struct{}

type noticesBody struct{}

type passwordBody struct{}

type tokenBody struct{}

type tokenData struct{}

func showSettings(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func chooseLanguage(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func chooseTheme(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func chooseNotices(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func changePassword(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func createToken(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func deleteToken(*Request) (Answer, error) { return Answer{}, errUnbuilt }
