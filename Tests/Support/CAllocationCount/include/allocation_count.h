#pragma once

/// How often this thread has asked for memory since it began; −1 where allocations cannot be counted (no glibc, or a
/// sanitizer that has an allocator of its own).
long allocation_count(void);
