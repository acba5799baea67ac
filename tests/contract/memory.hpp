#pragma once
// How much the thread of the test holds: the simulator's thread is not counted.
#include <cstddef>

namespace sedlink::contract {

// Peak of what this thread took by operator new and has not given back, since the construction. One at a time.
class MemoryWatch {
 public:
  MemoryWatch();
  [[nodiscard]] std::size_t peak() const;  // bytes
};

}  // namespace sedlink::contract
