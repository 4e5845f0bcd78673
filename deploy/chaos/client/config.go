// Package client is the people of a run: residents who send reports over bad
// lines and do not give up, and officers who work through their queues. Each
// of them writes down what was asked and what was told, in a history.
package client

import (
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/phananh/portal/deploy/chaos/history"
)

// Config of a population of residents. Intakes, Log, Rand and Count are
// required; zero values of the rest mean the defaults.
type Config struct {
	Intakes   []string          // base URLs; a resident who fails at one goes to the next
	Transport http.RoundTripper // default: a plain one; others delay, cut or count
	Log       *history.Log
	Rand      *rand.Rand // decides who sends what; the same seed gives the same people

	Count       int           // reports in all
	Concurrency int           // residents at once; default 16
	Rate        float64       // reports begun per second at most; 0: as fast as they are answered
	Deadline    time.Duration // how long a resident tries to get one report accepted; default 2 min
	Timeout     time.Duration // of one attempt; default 10 s
	Longest     time.Duration // longest wait between attempts, whatever Retry-After asks for; default 5 s
	Habits      *Habits       // default: Usual
}

// Habits are the shares, 0 to 1, of residents who do more than send a report.
type Habits struct {
	Repeat  float64 // send the same again after it was accepted
	Collide float64 // send the same to two intakes at the same moment
	Alter   float64 // send another body under the same key after it was accepted
	Follow  float64 // look with the receipt until the report is routed
	Write   float64 // write to the police with the receipt
}

// Usual are the habits of a normal population.
func Usual() Habits {
	return Habits{Repeat: 0.05, Collide: 0.05, Alter: 0.02, Follow: 0.25, Write: 0.1}
}

func (c Config) withDefaults() Config {
	if c.Transport == nil {
		c.Transport = plainTransport()
	}
	if c.Habits == nil {
		usual := Usual()
		c.Habits = &usual
	}
	c.Concurrency = orDefault(c.Concurrency, 16)
	c.Deadline = orDefault(c.Deadline, 2*time.Minute)
	c.Timeout = orDefault(c.Timeout, 10*time.Second)
	c.Longest = orDefault(c.Longest, 5*time.Second)
	return c
}

// Account is what somebody logs in with.
type Account struct{ Username, Password string }

// OfficersConfig is the Config of officers. Desks, Log, Rand and Accounts are
// required.
type OfficersConfig struct {
	Desks     []string          // base URLs; each officer works at one and goes to the next when it fails
	Transport http.RoundTripper // default: a plain one
	Log       *history.Log
	Rand      *rand.Rand
	Accounts  []Account     // each works on his own; officers and supervisors
	Units     []string      // codes of units with a queue, to transfer to; none: nobody transfers
	Pace      time.Duration // pause after each action; default 200 ms
	Timeout   time.Duration // of one attempt; default 10 s
	Longest   time.Duration // longest wait between attempts; default 5 s
}

func (c OfficersConfig) withDefaults() OfficersConfig {
	if c.Transport == nil {
		c.Transport = plainTransport()
	}
	c.Pace = orDefault(c.Pace, 200*time.Millisecond)
	c.Timeout = orDefault(c.Timeout, 10*time.Second)
	c.Longest = orDefault(c.Longest, 5*time.Second)
	return c
}

func orDefault[T int | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// plainTransport keeps its connections.
func plainTransport() http.RoundTripper {
	return &http.Transport{MaxIdleConns: 512, MaxIdleConnsPerHost: 256, IdleConnTimeout: time.Minute, DisableCompression: true}
}
