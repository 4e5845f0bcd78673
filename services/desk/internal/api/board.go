package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

type boardDoc struct {
	Cases     int          `json:"cases"`
	Open      int          `json:"open"`
	Damaged   int          `json:"damaged"`
	Gaps      int          `json:"gaps"`
	Digest    string       `json:"digest"`
	Rebuilt   bool         `json:"rebuilt"`
	Following bool         `json:"following"`
	Position  *positionDoc `json:"position"`
}

type positionDoc struct {
	Stream   time.Time `json:"stream"`
	Sequence uint64    `json:"sequence"`
}

// showBoard answers with what this process's board holds, so that boards can
// be compared. It does not wait for the board.
func (a *API) showBoard(c *gin.Context, who visitor) error {
	if !a.policy.oversees(who.Account) {
		return forbidden("forbidden")
	}
	n, at := a.Board.Census(), a.Standing()
	d := boardDoc{
		Cases: n.Cases, Open: n.Open, Damaged: n.Damaged, Gaps: n.Gaps, Digest: n.Digest,
		Rebuilt: at.Rebuilt, Following: at.Following,
	}
	if p := at.Position; p != nil {
		d.Position = &positionDoc{Stream: p.Stream, Sequence: p.Last}
	}
	c.JSON(http.StatusOK, d)
	return nil
}
