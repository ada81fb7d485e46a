package web

type eventData struct{}

type attendanceData struct{}

func showEvents(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func newEvent(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func postEvent(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func showEvent(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func editEvent(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func changeEvent(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func cancelEvent(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func showAttendance(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func joinEvent(*Request) (Answer, error) { return Answer{}, errUnbuilt }

func leaveEvent(*Request) (Answer, error) { return Answer{}, errUnbuilt }
