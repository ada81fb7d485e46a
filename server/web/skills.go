package web

type skillData struct{}

type skillBody struct{}

type skillNamesBody struct{}

func suggestSkills(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func proposeSkill(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func acceptSkill(*Request) (Answer, error) { return Answer{}, errUnbuilt }
