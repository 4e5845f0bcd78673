package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

type countsDoc struct {
	Unit             string     `json:"unit"`
	Open             int        `json:"open"`
	Routed           int        `json:"routed"`
	Claimed          int        `json:"claimed"`
	Urgent           int        `json:"urgent"`
	Unanswered       int        `json:"unanswered"`
	OldestReceivedAt *time.Time `json:"oldest_received_at"`
}

// listQueues answers with how full each queue is, the empty ones included.
func (a *API) listQueues(c *gin.Context, who visitor) error {
	b, err := a.board(c.Request.Context())
	if err != nil {
		return err
	}
	counts := b.Counts()
	out := []countsDoc{}
	for _, unit := range a.policy.queues(who.Account) {
		n := counts[unit]
		d := countsDoc{Unit: unit, Open: n.Open, Routed: n.Routed, Claimed: n.Claimed, Urgent: n.Urgent, Unanswered: n.Unanswered}
		if !n.Oldest.IsZero() {
			d.OldestReceivedAt = &n.Oldest
		}
		out = append(out, d)
	}
	c.JSON(http.StatusOK, gin.H{"queues": out})
	return nil
}
