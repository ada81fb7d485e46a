package web

type signUpBody struct{}

type arrivalBody struct{}

func newAccount(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func signUp(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func newMember(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func arrive(*Request) (Answer, error) { return Answer{}, errUnbuilt }
