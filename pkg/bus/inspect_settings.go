package bus

import (
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/jetstream"
)

// streamDifferences compares what the program sets; what else an operator has
// set is the operator's.
func streamDifferences(is, wanted jetstream.StreamConfig) []Difference {
	var d differences
	d.add("subjects", fmt.Sprint(is.Subjects), fmt.Sprint(wanted.Subjects))
	d.add("retention", is.Retention, wanted.Retention)
	d.add("storage", is.Storage, wanted.Storage)
	d.add("discard", is.Discard, wanted.Discard)
	d.add("max age", is.MaxAge, wanted.MaxAge)
	d.add("max bytes", is.MaxBytes, wanted.MaxBytes)
	d.add("duplicate window", is.Duplicates, wanted.Duplicates)
	d.add("replicas", is.Replicas, wanted.Replicas)
	if is.Sealed {
		d.add("sealed", true, false)
	}
	return slices.Clip(d)
}

func consumerDifferences(is, wanted jetstream.ConsumerConfig) []Difference {
	var d differences
	d.add("filter", is.FilterSubject, wanted.FilterSubject)
	d.add("acknowledgement", is.AckPolicy, wanted.AckPolicy)
	d.add("acknowledge within", is.AckWait, wanted.AckWait)
	d.add("deliveries", is.MaxDeliver, wanted.MaxDeliver)
	d.add("unacknowledged", is.MaxAckPending, wanted.MaxAckPending)
	return slices.Clip(d)
}

type differences []Difference

func (d *differences) add(setting string, is, wanted any) {
	if is != wanted {
		*d = append(*d, Difference{Setting: setting, Is: fmt.Sprint(is), Wanted: fmt.Sprint(wanted)})
	}
}
