package web

type hubData struct{}

type joinRequestData struct{}

type hostBody struct{}

func showHubs(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func newHub(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func addHub(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func showHub(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func editHub(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func changeHub(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func showHubPeople(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func askToJoin(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func appointHost(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func dismissHost(*Request) (Answer, error) { return Answer{}, errUnbuilt }
