package web

type sentData struct{}

type decisionBody struct{}

type lookupBody struct{}

type applicationData struct{}

func newApplication(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func apply(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func showApplications(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func decide(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func newLookup(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func lookUp(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func showApplication(*Request) (Answer, error) { return Answer{}, errUnbuilt }
