package web

type sessionData struct{}

type signInBody struct{}

type linkBody struct{}

func showSessions(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func newSession(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func signIn(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func signOut(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func endSession(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func newSignInLink(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func requestSignInLink(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func showSignInLink(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func useSignInLink(*Request) (Answer, error) { return Answer{}, errUnbuilt }
