package latency

import (
	"bufio"
	"io"
	"strings"
)

// event is one message of a stream of server-sent events.
type event struct{ name, data string }

// readEvents calls each for every event until the stream ends, and returns
// why it did (nil at its end). Format: WHATWG HTML, 9.2.6.
func readEvents(r io.Reader, each func(event)) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), 1<<20)
	var e event
	var data []string
	for lines.Scan() {
		line := lines.Text()
		if line == "" {
			if len(data) > 0 {
				e.data = strings.Join(data, "\n")
				each(e)
			}
			e, data = event{}, nil
			continue
		}
		field, value, _ := strings.Cut(line, ":") // a comment is a line without a field's name
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			e.name = value
		case "data":
			data = append(data, value)
		}
	}
	return lines.Err()
}
