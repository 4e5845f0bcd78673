package client

import "github.com/phananh/portal/deploy/chaos/history"

// commandOf gives the desk's name of an action by the journal's.
var commandOf = map[string]string{
	"claimed": "claim", "released": "release", "replied": "reply", "noted": "note",
	"transferred": "transfer", "resolved": "resolve", "reopened": "reopen",
}

// share is a kind of action and how often it is chosen.
type share struct {
	typ    string
	weight int
}

// habits of officers, by how a case stands for them.
var (
	inQueue  = []share{{"claimed", 70}, {"noted", 15}, {"transferred", 15}}
	mine     = []share{{"replied", 35}, {"resolved", 35}, {"noted", 15}, {"transferred", 10}, {"released", 5}}
	others   = []share{{"noted", 10}, {"released", 2}, {"", 88}}
	resolved = []share{{"reopened", 10}, {"noted", 10}, {"", 80}}
)

// choose decides what to do with a case; ok is false for nothing.
func (o *officer) choose(r Row) (act history.Act, ok bool) {
	var shares []share
	switch {
	case r.State == "routed":
		shares = inQueue
	case r.State == "claimed" && r.Assignee != nil && r.Assignee.Username == o.account.Username:
		shares = mine
	case r.State == "claimed":
		shares = others
	case r.State == "resolved":
		shares = resolved
	default:
		return act, false // no unit has it yet
	}
	act = history.Act{CaseNumber: r.CaseNumber, Type: o.weighed(shares), Expect: r.Last}
	switch act.Type {
	case "":
		return act, false
	case "replied":
		act.Text = "Công an đã tiếp nhận phản ánh và đang xác minh."
	case "noted":
		act.Text = "Đã trao đổi với cảnh sát khu vực."
	case "transferred":
		act.Unit = o.elsewhere(r.Unit)
		act.Text = "Vụ việc không thuộc địa bàn của đơn vị."
		return act, act.Unit != ""
	case "resolved":
		act.Outcome = one(o.rand, []string{"handled", "unfounded", "insufficient", "duplicate", "referred"})
		act.Text = "Công an đã giải quyết xong. Cảm ơn bạn đã phản ánh."
	case "reopened":
		act.Text = "Có tình tiết mới, cần xem xét lại."
	}
	return act, true
}

func (o *officer) weighed(shares []share) string {
	sum := 0
	for _, s := range shares {
		sum += s.weight
	}
	n := o.rand.IntN(sum)
	for _, s := range shares {
		if n -= s.weight; n < 0 {
			return s.typ
		}
	}
	return ""
}

// elsewhere is a unit other than one; empty if there is none.
func (o *officer) elsewhere(unit string) string {
	if len(o.cfg.Units) == 0 {
		return ""
	}
	for range 10 {
		if u := one(o.rand, o.cfg.Units); u != unit {
			return u
		}
	}
	return ""
}
