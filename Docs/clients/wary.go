// Package wary is a client for Wary's decision socket, in one file, with the standard library alone.
//
//	client := wary.New("/run/wary/decide.sock", wary.Options{OnFailure: wary.StepUp})
//	answer, err := client.Decide(map[string]any{"account": "alice", "ip": "203.0.113.7", "credential": "valid"})
//	if err != nil { ... }
//	if answer.Decision == wary.Deny { ... }
//	err = client.Report(answer.DecisionID, "succeeded", nil)
//
// Connections are pooled; one client may be used by many goroutines. What happens when Wary cannot be reached, does not
// answer in time, or is overloaded is never left to chance: OnFailure says whether that is an allow, a step-up, a deny, or
// an error.
package wary

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// What is decided, and what OnFailure may be; Fail returns the error instead.
const (
	Fail   = ""
	Allow  = "allow"
	StepUp = "step_up"
	Deny   = "deny"
)

// Options of a client; the zero value fails with an error after a second and keeps 16 connections.
type Options struct {
	// Timeout for connecting and for each request.
	Timeout time.Duration
	// OnFailure is Fail, Allow, StepUp or Deny.
	OnFailure string
	// Pool is how many connections are kept open.
	Pool int
}

// Error is Wary's refusal of a request; Code is the API's.
type Error struct {
	Code         string `json:"code"`
	Message      string `json:"message"`
	RetryAfterMS int    `json:"retry_after_ms"`
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// ErrUnreachable is in the chain of errors when Wary could not be asked, or did not answer in time.
var ErrUnreachable = errors.New("wary cannot be reached")

// Reason is a rule that fired, and the values it rests on.
type Reason struct {
	Rule    string            `json:"rule"`
	Text    string            `json:"text"`
	Score   *int              `json:"score"`
	Because map[string]string `json:"because"`
}

// Answer is a decision. DecisionID is empty for what-ifs, degraded answers and fail-overs: nothing can be reported on those.
type Answer struct {
	DecisionID     string   `json:"decision_id"`
	Decision       string   `json:"decision"`
	Factors        []string `json:"factors"`
	Score          int      `json:"score"`
	Reasons        []Reason `json:"reasons"`
	Notify         []string `json:"notify"`
	Tags           []string `json:"tags"`
	Policy         string   `json:"policy"`
	Degraded       bool     `json:"degraded"`
	ClientIPSource string   `json:"client_ip_source"`
	TookUS         int      `json:"took_us"`
	// FailedOver is true where OnFailure decided; Failure says why.
	FailedOver bool  `json:"-"`
	Failure    error `json:"-"`
	// Raw is the answer as it came.
	Raw json.RawMessage `json:"-"`
}

// Client is a pool of connections to one decision socket.
type Client struct {
	path    string
	options Options
	mutex   sync.Mutex
	idle    []*connection
}

type connection struct {
	net.Conn
	reader *bufio.Reader
}

// New makes a client; it connects when it is first asked.
func New(path string, options Options) *Client {
	if options.Timeout <= 0 {
		options.Timeout = time.Second
	}
	if options.Pool <= 0 {
		options.Pool = 16
	}
	return &Client{path: path, options: options}
}

// Decide decides about an attempt. Fields are the API's: account, ip, credential, device, user_agent, factors, inputs, ...
func (c *Client) Decide(fields map[string]any) (Answer, error) {
	line, err := c.ask("decide", fields)
	var refusal *Error
	if err != nil {
		if errors.As(err, &refusal) && refusal.Code != "overloaded" && refusal.Code != "internal" {
			return Answer{}, err
		}
		if c.options.OnFailure == Fail {
			return Answer{}, err
		}
		return Answer{Decision: c.options.OnFailure, Degraded: true, FailedOver: true, Failure: err}, nil
	}
	answer := Answer{Raw: line}
	return answer, json.Unmarshal(line, &answer)
}

// Report says how a decided attempt ended; more may hold factor and attempt. Without an id there is nothing to report on,
// and nothing is sent.
func (c *Client) Report(decisionID, outcome string, more map[string]any) error {
	if decisionID == "" {
		return nil
	}
	fields := map[string]any{"decision_id": decisionID, "outcome": outcome}
	for name, value := range more {
		fields[name] = value
	}
	_, err := c.ask("report", fields)
	return err
}

// Label says what a decided attempt turned out to be: "fraud" or "legitimate".
func (c *Client) Label(decisionID, label string) error {
	_, err := c.ask("label", map[string]any{"decision_id": decisionID, "label": label})
	return err
}

// Event records another event of an account, such as "password.changed".
func (c *Client) Event(event, account string, more map[string]any) error {
	fields := map[string]any{"event": event, "account": account}
	for name, value := range more {
		fields[name] = value
	}
	_, err := c.ask("event", fields)
	return err
}

// Ping asks whether Wary is there.
func (c *Client) Ping() error {
	_, err := c.ask("ping", nil)
	return err
}

// Close closes the connections that are idle.
func (c *Client) Close() {
	c.mutex.Lock()
	idle := c.idle
	c.idle = nil
	c.mutex.Unlock()
	for _, connection := range idle {
		connection.Close()
	}
}

func (c *Client) ask(op string, fields map[string]any) (json.RawMessage, error) {
	request := map[string]any{"op": op}
	for name, value := range fields {
		request[name] = value
	}
	line, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	answer, err := c.exchange(append(line, '\n'))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrUnreachable, c.path, err)
	}
	var outcome struct {
		Error *Error `json:"error"`
	}
	if err := json.Unmarshal(answer, &outcome); err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrUnreachable, c.path, err)
	}
	if outcome.Error != nil {
		return nil, outcome.Error
	}
	return answer, nil
}

func (c *Client) exchange(line []byte) ([]byte, error) {
	link, err := c.take()
	if err != nil {
		return nil, err
	}
	// Never sent again: the server may have recorded it, and an attempt is an attempt.
	if err = link.SetDeadline(time.Now().Add(c.options.Timeout)); err == nil {
		_, err = link.Write(line)
	}
	var answer []byte
	if err == nil {
		answer, err = link.reader.ReadBytes('\n')
	}
	if err != nil {
		link.Close()
		return nil, err
	}
	c.mutex.Lock()
	keep := len(c.idle) < c.options.Pool
	if keep {
		c.idle = append(c.idle, link)
	}
	c.mutex.Unlock()
	if !keep {
		link.Close()
	}
	return answer, nil
}

func (c *Client) take() (*connection, error) {
	for {
		c.mutex.Lock()
		var link *connection
		if last := len(c.idle) - 1; last >= 0 {
			link, c.idle = c.idle[last], c.idle[:last]
		}
		c.mutex.Unlock()
		if link == nil {
			made, err := net.DialTimeout("unix", c.path, c.options.Timeout)
			if err != nil {
				return nil, err
			}
			return &connection{made, bufio.NewReader(made)}, nil
		}
		if link.isAlive() {
			return link, nil
		}
		link.Close()
	}
}

// isAlive is false where a server that restarted has closed a pooled connection: that shows before anything is sent. Nothing
// may come unasked, so a read that does not time out tells of an end.
func (l *connection) isAlive() bool {
	l.SetReadDeadline(time.Now().Add(time.Microsecond * 50))
	_, err := l.reader.Peek(1)
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
