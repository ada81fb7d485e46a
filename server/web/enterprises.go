package web

type enterpriseData struct{}

type roleBody struct{}

func findEnterprises(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func newEnterprise(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func foundEnterprise(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func showEnterprise(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func editEnterprise(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func changeEnterprise(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func bringIn(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func stepOut(*Request) (Answer, error) { return Answer{}, errUnbuilt }
