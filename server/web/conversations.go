package web

type conversationData struct{}

type messageData struct{}

type messageBody struct{}

type readBody struct{}

func showConversations(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func showConversation(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func showMessages(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func sayMessage(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func markRead(*Request) (Answer, error) { return Answer{}, errUnbuilt }
