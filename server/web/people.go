package web

func findPeople(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func showPerson(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func blockPerson(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func unblockPerson(*Request) (Answer, error) { return Answer{}, errUnbuilt }
