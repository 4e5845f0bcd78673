/** One server-sent event. */
export interface ServerEvent { type: string; data: string }

/**
 * Returns a function that takes pieces of an event stream as they arrive and
 * hands over every event that is complete. Comments and fields other than
 * event and data are skipped.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function eventParser(onEvent: (event: ServerEvent) => void): (piece: string) => void {
  let rest = ''
  let type = ''
  let data: string[] = []

  function line(text: string) {
    if (text === '') {
      if (data.length > 0) onEvent({ type: type === '' ? 'message' : type, data: data.join('\n') })
      type = ''
      data = []
      return
    }
    const colon = text.indexOf(':')
    const field = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') type = value
    if (field === 'data') data.push(value)
  }

  return (piece) => {
    rest += piece
    // A carriage return at the end may be half of a line break.
    const whole = rest.endsWith('\r') ? rest.slice(0, -1) : rest
    const lines = whole.split(/\r\n|\r|\n/)
    rest = (lines.pop() ?? '') + rest.slice(whole.length)
    lines.forEach(line)
  }
}
