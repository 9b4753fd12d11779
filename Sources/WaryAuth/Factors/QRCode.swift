import CQREncode

/// A QR code as libqrencode makes it, as SVG and PNG.
public struct QRCode: Sendable {
    /// Modules to a side, without the quiet zone.
    let width: Int
    private let isDark: [Bool]
    /// Light modules around it, as the standard wants.
    private static let quiet = 4

    /// Nil for a text too long for a QR code.
    public init?(_ text: String) {
        guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        guard let data = code.pointee.data else { return nil }
        self.width = width
        isDark = UnsafeBufferPointer(start: data, count: width * width).map { $0 & 1 == 1 }
    }

    private func isDark(_ x: Int, _ y: Int) -> Bool {
        let (x, y) = (x - Self.quiet, y - Self.quiet)
        return x >= 0 && y >= 0 && x < width && y < width && isDark[y * width + x]
    }

    public var svg: String {
        let side = width + 2 * Self.quiet
        var path = ""
        for y in 0..<side {
            for x in 0..<side where isDark(x, y) { path += "M\(x) \(y)h1v1h-1z" }
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(side) \(side)\" shape-rendering=\"crispEdges\">"
            + "<rect width=\"\(side)\" height=\"\(side)\" fill=\"#fff\"/><path d=\"\(path)\"/></svg>"
    }

    /// - Parameter scale: pixels to a module.
    public func png(scale: Int = 6) -> [UInt8] {
        let side = (width + 2 * Self.quiet) * scale
        var rows: [UInt8] = []
        for y in 0..<side {
            rows.append(0)
            var byte: UInt8 = 0
            for x in 0..<side {
                byte = byte << 1 | (isDark(x / scale, y / scale) ? 0 : 1)
                if x % 8 == 7 || x == side - 1 {
                    rows.append(byte << UInt8(7 - x % 8))
                    byte = 0
                }
            }
        }
        return PNG.grayscale(width: side, height: side, rows: rows)
    }
}

/// The least of PNG (RFC 2083): one bit a pixel, not compressed.
private enum PNG {
    static func grayscale(width: Int, height: Int, rows: [UInt8]) -> [UInt8] {
        let header = big(UInt32(width)) + big(UInt32(height)) + [1, 0, 0, 0, 0]
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + chunk("IHDR", header) + chunk("IDAT", stored(rows)) + chunk("IEND", [])
    }

    private static func big(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        return big(UInt32(content.count)) + body + big(crc(body))
    }

    /// A zlib stream of stored blocks.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: bytes.count, by: 65_535) {
            let block = bytes[start..<min(start + 65_535, bytes.count)]
            let count = UInt16(block.count)
            output.append(start + 65_535 >= bytes.count ? 1 : 0)
            for value in [count, ~count] { output += [UInt8(value & 0xff), UInt8(value >> 8)] }
            output += block
        }
        var a: UInt32 = 1, b: UInt32 = 0
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return output + big(b << 16 | a)
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
        }
    }
}
