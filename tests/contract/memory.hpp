#pragma once
// How much the test and the adapter hold, on whatever thread; a simulator's own thread is left out.
#include <cstddef>

namespace sedlink::contract {

// Nothing that the calling thread takes or gives back is counted from now on.
void leave_this_thread_out();

// Peak of what the counted threads took by operator new and have not given back, since the construction. One at a time.
class MemoryWatch {
 public:
  MemoryWatch();
  [[nodiscard]] std::size_t peak() const;  // bytes
};

}  // namespace sedlink::contract
