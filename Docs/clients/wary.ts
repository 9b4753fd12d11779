/**
 * A client for Wary's decision socket, in one file, for Node.js 18 and later, with nothing but its own modules.
 *
 *     const wary = new Wary("/run/wary/decide.sock", { onFailure: "step_up" });
 *     const answer = await wary.decide({ account: "alice", ip: "203.0.113.7", credential: "valid" });
 *     if (answer.decision === "deny") ...
 *     await wary.report(answer, "succeeded");
 *
 * Connections are pooled, and requests on them pipelined. What happens when Wary cannot be reached, does not answer in time,
 * or is overloaded is never left to chance: `onFailure` says whether that is an "allow", a "step_up", a "deny", or throws.
 */
import { createConnection, type Socket } from "node:net";

export type Outcome = "allow" | "step_up" | "deny";
export type Factor = "webauthn" | "totp" | "push" | "sms" | "email" | "recovery_code";

/** An attempt, as the API has it; `ip`, or `forwarded` behind proxies. */
export interface Attempt {
  account: string;
  ip?: string;
  forwarded?: { peer: string; chain?: string | string[] };
  event?: string;
  credential?: "valid" | "invalid" | "unchecked";
  credential_tag?: string;
  credential_breached?: boolean;
  device?: string;
  user_agent?: string;
  method?: string;
  tenant?: string;
  app?: string;
  channel?: string;
  factors?: Factor[];
  inputs?: Record<string, unknown>;
  explain?: "none" | "fired" | "full";
  what_if?: boolean;
}

export interface Answer {
  /** Not there for what-ifs, degraded answers and fail-overs: nothing can be reported on those. */
  decision_id?: string;
  decision: Outcome;
  factors?: Factor[];
  score: number;
  reasons: { rule: string; text: string; score?: number; because: Record<string, string> }[];
  unknown: { rule: string; score?: number; missing: Record<string, string> }[];
  notify: string[];
  tags: string[];
  policy?: string;
  degraded: boolean;
  client_ip_source?: "peer" | "forwarded" | "unknown";
  took_us?: number;
  /** `onFailure` decided, for the reason in `failure`. */
  failed_over?: boolean;
  failure?: string;
}

export interface Options {
  /** Milliseconds for each request, connecting included. */
  timeout?: number;
  onFailure?: Outcome | "throw";
  /** Connections at most. */
  pool?: number;
}

/** Wary refused the request; `code` is the API's. */
export class WaryError extends Error {
  readonly code: string;
  readonly retryAfterMs: number | undefined;
  constructor(code: string, message: string, retryAfterMs?: number) {
    super(`${code}: ${message}`);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Wary could not be asked, or did not answer in time. */
export class Unreachable extends Error {}

type Waiter = { resolve(answer: Record<string, unknown>): void; reject(error: Error): void; timer: ReturnType<typeof setTimeout> };

class Link {
  readonly waiting: Waiter[] = [];
  isGone = false;
  private readonly socket: Socket;
  private rest = "";

  constructor(path: string) {
    this.socket = createConnection(path);
    this.socket.setEncoding("utf8");
    this.socket.on("data", (text: string) => this.receive(text));
    this.socket.on("error", (error: Error) => this.end(error));
    this.socket.on("close", () => this.end(new Error("the server closed the connection")));
    this.socket.unref();
  }

  /** Answers come in the order of the requests. */
  ask(line: string, timeout: number): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      // An answer that is late would be taken for the next one's: the connection goes with it.
      const timer = setTimeout(() => this.end(new Error(`no answer in ${timeout} ms`)), timeout);
      this.waiting.push({ resolve, reject, timer });
      this.socket.ref();
      this.socket.write(line);
    });
  }

  end(error: Error): void {
    if (this.isGone) return;
    this.isGone = true;
    this.socket.destroy();
    for (const waiter of this.waiting.splice(0)) {
      clearTimeout(waiter.timer);
      waiter.reject(new Unreachable(error.message));
    }
  }

  private receive(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      const waiter = this.waiting.shift();
      if (!waiter) return this.end(new Error("an answer that nobody asked for"));
      clearTimeout(waiter.timer);
      try {
        waiter.resolve(JSON.parse(line) as Record<string, unknown>);
      } catch {
        waiter.reject(new Unreachable("an answer that is no JSON"));
      }
    }
    if (this.waiting.length === 0) this.socket.unref();
  }
}

/** A pool of connections to one decision socket. */
export class Wary {
  private readonly links: Link[] = [];
  private readonly path: string;
  private readonly timeout: number;
  private readonly onFailure: Outcome | "throw";
  private readonly pool: number;

  constructor(path: string, options: Options = {}) {
    this.path = path;
    this.timeout = options.timeout ?? 1000;
    this.onFailure = options.onFailure ?? "throw";
    this.pool = options.pool ?? 4;
  }

  async decide(attempt: Attempt): Promise<Answer> {
    try {
      return (await this.ask({ op: "decide", ...attempt })) as unknown as Answer;
    } catch (error) {
      const fails = error instanceof Unreachable || (error instanceof WaryError && (error.code === "overloaded" || error.code === "internal"));
      if (!fails || this.onFailure === "throw") throw error;
      return {
        decision: this.onFailure, score: 0, reasons: [], unknown: [], notify: [], tags: [], degraded: true, failed_over: true,
        failure: String(error),
      };
    }
  }

  /** Says how a decided attempt ended. Without an id there is nothing to report on, and nothing is sent. */
  async report(decision: Answer | string, outcome: string, more: { factor?: Factor; attempt?: number } = {}): Promise<void> {
    const id = typeof decision === "string" ? decision : decision.decision_id;
    if (id) await this.ask({ op: "report", decision_id: id, outcome, ...more });
  }

  /** Says what a decided attempt turned out to be. */
  async label(decisionId: string, label: "fraud" | "legitimate"): Promise<void> {
    await this.ask({ op: "label", decision_id: decisionId, label });
  }

  /** Records another event of an account, such as "password.changed". */
  async event(event: string, account: string, more: { ip?: string; device?: string; inputs?: Record<string, unknown> } = {}): Promise<void> {
    await this.ask({ op: "event", event, account, ...more });
  }

  async ping(): Promise<void> {
    await this.ask({ op: "ping" });
  }

  close(): void {
    for (const link of this.links.splice(0)) link.end(new Error("closed"));
  }

  private async ask(request: Record<string, unknown>): Promise<Record<string, unknown>> {
    // Never sent again: the server may have recorded it, and an attempt is an attempt.
    const answer = await this.link().ask(JSON.stringify(request) + "\n", this.timeout);
    const error = answer["error"] as { code: string; message: string; retry_after_ms?: number } | undefined;
    if (error) throw new WaryError(error.code, error.message, error.retry_after_ms);
    return answer;
  }

  /** The connection that waits for the fewest answers; a new one while there may be more. */
  private link(): Link {
    for (let index = this.links.length - 1; index >= 0; index--) if (this.links[index]?.isGone) this.links.splice(index, 1);
    const [best] = [...this.links].sort((a, b) => a.waiting.length - b.waiting.length);
    if (best && (best.waiting.length === 0 || this.links.length >= this.pool)) return best;
    const made = new Link(this.path);
    this.links.push(made);
    return made;
  }
}
