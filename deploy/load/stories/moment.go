package stories

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// zone is the time in Vietnam, which has no summer time.
func zone() *time.Location { return time.FixedZone("ICT", 7*60*60) }

// pickMoment returns a full or half hour within the given hours of one of
// the last few days, and at least half an hour before the given time.
func pickMoment(rng *rand.Rand, hours []int, before time.Time) time.Time {
	from, to := hours[0], hours[1]
	if to <= from {
		to += 24
	}
	hour := from + rng.IntN(to-from)
	if hour%24 == 0 { // "12 giờ đêm" leaves open of which day
		hour++
	}
	before = before.In(zone())
	day := time.Date(before.Year(), before.Month(), before.Day(), hour%24, 30*rng.IntN(2), 0, 0, zone())
	day = day.AddDate(0, 0, -rng.IntN(3))
	for day.After(before.Add(-30 * time.Minute)) {
		day = day.AddDate(0, 0, -1)
	}
	return day
}

// phrase words a moment as somebody would who writes at the time now.
func phrase(language string, at, now time.Time) string {
	at, now = at.In(zone()), now.In(zone())
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location()) }
	days := int(midnight(now).Sub(midnight(at)).Hours() / 24)
	if language == English {
		return englishPhrase(at, days)
	}
	hour, part := vietnameseHour(at.Hour())
	clock := fmt.Sprintf("%d giờ", hour)
	if at.Minute() == 30 {
		clock += " rưỡi"
	}
	switch {
	case days == 0:
		return clock + " " + part + " nay"
	case days == 1 && (part == "tối" || part == "đêm"):
		return clock + " " + part + " qua"
	case days == 1:
		return clock + " " + part + " hôm qua"
	}
	return fmt.Sprintf("%s %s ngày %d/%d", clock, part, at.Day(), at.Month())
}

// vietnameseHour gives the hour on a twelve-hour clock and the part of day
// that is said with it.
func vietnameseHour(h int) (hour int, part string) {
	switch {
	case h < 11:
		return h, "sáng"
	case h < 13:
		return h, "trưa"
	case h < 18:
		return h - 12, "chiều"
	case h < 22:
		return h - 12, "tối"
	}
	return h - 12, "đêm"
}

func englishPhrase(at time.Time, days int) string {
	clock := at.Format("3 p.m.")
	if at.Minute() == 30 {
		clock = at.Format("3.04 p.m.")
	}
	if at.Hour() < 12 {
		clock = clock[:len(clock)-4] + "a.m."
	}
	switch days {
	case 0:
		return clock + " today"
	case 1:
		return clock + " yesterday"
	}
	return clock + at.Format(" on 2 January")
}
