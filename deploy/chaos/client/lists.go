package client

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/phananh/portal/deploy/chaos/history"
)

// lists are the codes that reports use.
type lists struct {
	categories []string
	districts  []string
	communes   []commune
}

type commune struct {
	Code     string `json:"code"`
	District string `json:"district"`
}

// listsWithin is how long the intakes may take to list their codes.
const listsWithin = time.Minute

// readLists asks the intakes in turn until one answers.
func (r *Residents) readLists(ctx context.Context) (lists, error) {
	ctx, cancel := context.WithTimeout(ctx, listsWithin)
	defer cancel()
	pause := newBackoff(time.Second)
	for n := 0; ; n++ {
		base := r.cfg.Intakes[n%len(r.cfg.Intakes)]
		if l, ok := r.listsOf(ctx, base); ok {
			return l, nil
		}
		if !pause.wait(ctx, "", 0.5) {
			return lists{}, errors.New("no intake lists its categories and places")
		}
	}
}

func (r *Residents) listsOf(ctx context.Context, base string) (l lists, ok bool) {
	categories := r.get(ctx, base, "/api/v1/categories")
	places := r.get(ctx, base, "/api/v1/jurisdiction")
	if categories.Status != http.StatusOK || places.Status != http.StatusOK {
		return lists{}, false
	}
	c := decoded[struct {
		Categories []struct {
			Code string `json:"code"`
		} `json:"categories"`
	}](&categories)
	p := decoded[struct {
		Districts []struct {
			Code string `json:"code"`
		} `json:"districts"`
		Communes []commune `json:"communes"`
	}](&places)
	if c == nil || p == nil {
		return lists{}, false
	}
	for _, v := range c.Categories {
		l.categories = append(l.categories, v.Code)
	}
	for _, v := range p.Districts {
		l.districts = append(l.districts, v.Code)
	}
	l.communes = p.Communes
	return l, len(l.categories) > 0 && len(l.districts) > 0 && len(l.communes) > 0
}

// get reads an address and records it.
func (r *Residents) get(ctx context.Context, base, path string) answer {
	start := r.cfg.Log.Now()
	a := r.line.send(ctx, http.MethodGet, base+path, nil, nil)
	r.cfg.Log.Add(history.Op{
		Start: start, Client: "residents", Target: base,
		Read: &history.Read{What: "GET " + path, Reply: a.Reply},
	})
	return a
}
