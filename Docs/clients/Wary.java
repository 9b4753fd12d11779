import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A client for Wary's decision socket, in one file, for Java 17 and later, with nothing but the JDK.
 *
 * <pre>
 * var wary = new Wary("/run/wary/decide.sock", Duration.ofSeconds(1), Wary.OnFailure.STEP_UP, 16);
 * var answer = wary.decide(Map.of("account", "alice", "ip", "203.0.113.7", "credential", "valid"));
 * if (answer.decision().equals("deny")) ...
 * wary.report(answer.decisionId(), "succeeded", Map.of());
 * </pre>
 *
 * Connections are pooled; one client may be used by many threads. What happens when Wary cannot be reached, does not answer in
 * time, or is overloaded is never left to chance: OnFailure says whether that is an allow, a step-up, a deny, or an exception.
 */
public final class Wary implements AutoCloseable {
    public enum OnFailure { ALLOW, STEP_UP, DENY, THROW }

    /** Wary refused the request; code is the API's. */
    @SuppressWarnings("serial")
    public static final class Refused extends RuntimeException {
        public final String code;
        public Refused(String code, String message) { super(code + ": " + message); this.code = code; }
    }

    /** Wary could not be asked, or did not answer in time. */
    @SuppressWarnings("serial")
    public static final class Unreachable extends RuntimeException {
        public Unreachable(String message, Throwable cause) { super(message, cause); }
    }

    /** A decision: members has all of it; decisionId is null where nothing can be reported on it. */
    public record Answer(String decision, String decisionId, boolean failedOver, Map<String, Object> members) {}

    private final UnixDomainSocketAddress address;
    private final Duration timeout;
    private final OnFailure onFailure;
    private final int pool;
    private final ArrayDeque<Link> idle = new ArrayDeque<>();

    public Wary(String path, Duration timeout, OnFailure onFailure, int pool) {
        this.address = UnixDomainSocketAddress.of(path);
        this.timeout = timeout;
        this.onFailure = onFailure;
        this.pool = pool;
    }

    /** Decides about an attempt. Fields are the API's: account, ip, credential, device, user_agent, factors, inputs ... */
    public Answer decide(Map<String, ?> fields) {
        try {
            var members = ask("decide", fields);
            return new Answer((String) members.get("decision"), (String) members.get("decision_id"), false, members);
        } catch (Refused refused) {
            if (!refused.code.equals("overloaded") && !refused.code.equals("internal")) throw refused;
            return failOver(refused);
        } catch (Unreachable unreachable) {
            return failOver(unreachable);
        }
    }

    /** Says how a decided attempt ended. Without an id there is nothing to report on, and nothing is sent. */
    public void report(String decisionId, String outcome, Map<String, ?> more) {
        if (decisionId == null) return;
        var fields = new LinkedHashMap<String, Object>(more);
        fields.put("decision_id", decisionId);
        fields.put("outcome", outcome);
        ask("report", fields);
    }

    /** Says what a decided attempt turned out to be: "fraud" or "legitimate". */
    public void label(String decisionId, String label) { ask("label", Map.of("decision_id", decisionId, "label", label)); }

    /** Records another event of an account, such as "password.changed". */
    public void event(String event, String account, Map<String, ?> more) {
        var fields = new LinkedHashMap<String, Object>(more);
        fields.put("event", event);
        fields.put("account", account);
        ask("event", fields);
    }

    public void ping() { ask("ping", Map.of()); }

    @Override public void close() {
        synchronized (idle) {
            for (var link : idle) link.close();
            idle.clear();
        }
    }

    private Answer failOver(RuntimeException failure) {
        if (onFailure == OnFailure.THROW) throw failure;
        var decision = onFailure.name().toLowerCase();
        return new Answer(decision, null, true,
            Map.of("decision", decision, "score", 0L, "degraded", true, "failure", String.valueOf(failure.getMessage())));
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> ask(String op, Map<String, ?> fields) {
        var request = new LinkedHashMap<String, Object>();
        request.put("op", op);
        request.putAll(fields);
        var line = new StringBuilder();
        JSON.write(request, line);
        Object answer;
        Link link = null;
        try {
            link = take();
            // Never sent again: the server may have recorded it, and an attempt is an attempt.
            answer = new JSON(link.exchange(line.append('\n').toString())).read();
        } catch (IOException | IllegalArgumentException failure) {
            if (link != null) link.close();
            throw new Unreachable(address + ": " + failure.getMessage(), failure);
        }
        boolean isKept;
        synchronized (idle) {
            isKept = idle.size() < pool;
            if (isKept) idle.push(link);
        }
        if (!isKept) link.close();
        if (!(answer instanceof Map)) throw new Unreachable(address + ": an answer that is no object", null);
        var members = (Map<String, Object>) answer;
        if (members.get("error") instanceof Map<?, ?> error) throw new Refused((String) error.get("code"), (String) error.get("message"));
        return members;
    }

    private Link take() throws IOException {
        while (true) {
            Link link;
            synchronized (idle) { link = idle.poll(); }
            if (link == null) return new Link(address, timeout);
            if (link.isAlive()) return link;
            link.close();
        }
    }

    /** One connection; answers come in the order of the requests. */
    private static final class Link {
        private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        private final Selector selector = Selector.open();
        private final long timeoutNanos;

        Link(UnixDomainSocketAddress address, Duration timeout) throws IOException {
            timeoutNanos = timeout.toNanos();
            try {
                channel.connect(address);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ);
            } catch (IOException failure) {
                close();
                throw failure;
            }
        }

        /** Nothing may come unasked: bytes or an end mean that a pooled connection cannot be used. */
        boolean isAlive() {
            try { return channel.read(ByteBuffer.allocate(1)) == 0; } catch (IOException failure) { return false; }
        }

        String exchange(String line) throws IOException {
            long deadline = System.nanoTime() + timeoutNanos;
            var request = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
            while (request.hasRemaining()) {
                if (channel.write(request) == 0) await(SelectionKey.OP_WRITE, deadline);
            }
            var received = new java.io.ByteArrayOutputStream(1024);
            var chunk = ByteBuffer.allocate(65_536);
            while (true) {
                int count = channel.read(chunk.clear());
                if (count < 0) throw new IOException("the server closed the connection");
                if (count == 0) { await(SelectionKey.OP_READ, deadline); continue; }
                received.write(chunk.array(), 0, count);
                if (chunk.array()[count - 1] == '\n') return received.toString(StandardCharsets.UTF_8);
            }
        }

        private void await(int interest, long deadline) throws IOException {
            channel.keyFor(selector).interestOps(interest);
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0 || selector.select(left) == 0) throw new IOException("no answer in time");
            selector.selectedKeys().clear();
        }

        void close() {
            try { selector.close(); channel.close(); } catch (IOException ignored) { }
        }
    }

    /** As much JSON as the API speaks: objects are maps, arrays lists, whole numbers longs. */
    private static final class JSON {
        private final String text;
        private int at = 0;

        JSON(String text) { this.text = text; }

        static void write(Object value, StringBuilder out) {
            if (value == null || value instanceof Boolean || value instanceof Number) {
                out.append(value);
            } else if (value instanceof Map<?, ?> map) {
                var mark = "{";
                if (map.isEmpty()) out.append(mark);
                for (var entry : map.entrySet()) {
                    out.append(mark);
                    write(String.valueOf(entry.getKey()), out);
                    out.append(':');
                    write(entry.getValue(), out);
                    mark = ",";
                }
                out.append('}');
            } else if (value instanceof Collection<?> list) {
                var mark = "[";
                if (list.isEmpty()) out.append(mark);
                for (var element : list) { out.append(mark); write(element, out); mark = ","; }
                out.append(']');
            } else {
                out.append('"');
                for (char c : value.toString().toCharArray()) {
                    if (c == '"' || c == '\\') out.append('\\').append(c);
                    else if (c < 0x20) out.append(String.format("\\u%04x", (int) c));
                    else out.append(c);
                }
                out.append('"');
            }
        }

        Object read() {
            skip();
            switch (peek()) {
                case '{': {
                    var map = new LinkedHashMap<String, Object>();
                    at++;
                    for (skip(); peek() != '}'; skip()) {
                        if (peek() == ',') { at++; skip(); }
                        var key = string();
                        skip();
                        expect(':');
                        map.put(key, read());
                    }
                    at++;
                    return map;
                }
                case '[': {
                    List<Object> list = new ArrayList<>();
                    at++;
                    for (skip(); peek() != ']'; skip()) {
                        if (peek() == ',') at++;
                        list.add(read());
                    }
                    at++;
                    return list;
                }
                case '"': return string();
                default: {
                    int start = at;
                    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) at++;
                    var word = text.substring(start, at);
                    switch (word) {
                        case "true": return true;
                        case "false": return false;
                        case "null": return null;
                        default: return word.matches("-?[0-9]+") ? (Object) Long.parseLong(word) : (Object) Double.parseDouble(word);
                    }
                }
            }
        }

        private String string() {
            expect('"');
            var out = new StringBuilder();
            while (peek() != '"') {
                char c = text.charAt(at++);
                if (c != '\\') { out.append(c); continue; }
                char escaped = text.charAt(at++);
                switch (escaped) {
                    case 'n': out.append('\n'); break;
                    case 't': out.append('\t'); break;
                    case 'r': out.append('\r'); break;
                    case 'b': out.append('\b'); break;
                    case 'f': out.append('\f'); break;
                    case 'u': out.append((char) Integer.parseInt(text.substring(at, at + 4), 16)); at += 4; break;
                    default: out.append(escaped);
                }
            }
            at++;
            return out.toString();
        }

        private void skip() { while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++; }

        private char peek() {
            if (at >= text.length()) throw new IllegalArgumentException("the answer ends early");
            return text.charAt(at);
        }

        private void expect(char c) {
            if (peek() != c) throw new IllegalArgumentException("the answer is no JSON");
            at++;
        }
    }
}
