package demo

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/phananh/portal/deploy/load/api"
	"github.com/phananh/portal/deploy/load/quantile"
)

// Result is where the reports went.
type Result struct {
	Sent       int              `json:"sent"`
	Accepted   int              `json:"accepted"`
	Routed     int              `json:"routed"`
	DutyDesk   int              `json:"duty_desk"` // how many of them a human has to place
	Units      []Count          `json:"units"`
	Categories []Count          `json:"categories"`
	Answer     quantile.Summary `json:"answer"` // sending to 201, repeats included
	Route      quantile.Summary `json:"route"`  // accepted to routed
	Failures   []string         `json:"failures"`
}

// Count is how many reports went to a unit, or were of a category.
type Count struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// Summarise counts what became of the reports. Units without any are listed
// too: an empty one is what somebody looking at a demo wants to see.
func Summarise(lists api.Lists, all []*Delivery) Result {
	r := Result{Sent: len(all), Failures: []string{}}
	units, categories := map[string]int{}, map[string]int{}
	names := map[string]string{}
	var answers, routes []time.Duration
	for _, d := range all {
		categories[d.Report.Category]++
		if d.Err != nil {
			r.Failures = append(r.Failures, d.Err.Error())
		}
		if d.Accepted.Receipt == "" {
			continue
		}
		r.Accepted++
		answers = append(answers, d.Took)
		if d.Unit != nil {
			r.Routed++
			units[d.Unit.Code]++
			names[d.Unit.Code] = d.Unit.Name
			routes = append(routes, d.RoutedIn)
		}
	}
	for _, u := range lists.Units {
		if u.Kind == "duty_desk" {
			r.DutyDesk += units[u.Code]
		}
		if u.Kind == "duty_desk" || u.Kind == "district" || units[u.Code] > 0 {
			r.Units = append(r.Units, Count{u.Code, u.Name.Vietnamese, units[u.Code]})
			delete(units, u.Code)
		}
	}
	for code, n := range units { // not in the list: the portal contradicts itself
		r.Units = append(r.Units, Count{code, names[code], n})
	}
	for _, c := range lists.Categories {
		r.Categories = append(r.Categories, Count{c.Code, c.Name.Vietnamese, categories[c.Code]})
	}
	largestFirst := func(a, b Count) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Code, b.Code)) }
	slices.SortFunc(r.Units, largestFirst)
	slices.SortFunc(r.Categories, largestFirst)
	r.Answer, r.Route = quantile.Of(answers), quantile.Of(routes)
	return r
}

// Complete returns an error that says what is missing, if anything is.
func (r Result) Complete() error {
	if r.Routed == r.Sent && len(r.Failures) == 0 {
		return nil
	}
	return fmt.Errorf("of %d reports %d were not accepted and %d accepted ones are not routed", r.Sent, r.Sent-r.Accepted, r.Accepted-r.Routed)
}

// Print writes the result as tables for people.
func (r Result) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	table := func(title string, counts []Count) {
		fmt.Fprintf(t, "\n%s\treports\n", title)
		for _, c := range counts {
			fmt.Fprintf(t, "%s\t%7d\n", c.Name, c.Count)
		}
	}
	table("Unit", r.Units)
	table("Category", r.Categories)
	fmt.Fprintf(t, "\nsent\t%7d\n", r.Sent)
	fmt.Fprintf(t, "accepted\t%7d\tp50 %s, p90 %s, max %s\n", r.Accepted, r.Answer.P50, r.Answer.P90, r.Answer.Max)
	fmt.Fprintf(t, "routed\t%7d\tp50 %s, p90 %s, max %s after it was accepted\n", r.Routed, r.Route.P50, r.Route.P90, r.Route.Max)
	fmt.Fprintf(t, "to the duty desk\t%7d\n", r.DutyDesk)
	for _, f := range r.Failures {
		fmt.Fprintf(t, "FAILED\t%s\n", f)
	}
	return t.Flush()
}
