#include "contract/memory.hpp"

#include <malloc.h>

#include <cstdlib>
#include <new>

namespace {

thread_local long long held = 0;
thread_local long long highest = 0;

void* take_if_any(std::size_t size) noexcept {
  void* p = std::malloc(size == 0 ? 1 : size);
  if (p == nullptr) return p;
  held += static_cast<long long>(malloc_usable_size(p));
  if (held > highest) highest = held;
  return p;
}

void* take(std::size_t size) {
  void* p = take_if_any(size);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}

void give_back(void* p) noexcept {
  if (p != nullptr) held -= static_cast<long long>(malloc_usable_size(p));
  std::free(p);
}

}  // namespace

// All forms but the aligned ones, which nobody here uses: sanitizers want new and delete from one hand.
void* operator new(std::size_t size) { return take(size); }
void* operator new[](std::size_t size) { return take(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return take_if_any(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return take_if_any(size); }
void operator delete(void* p) noexcept { give_back(p); }
void operator delete[](void* p) noexcept { give_back(p); }
void operator delete(void* p, std::size_t) noexcept { give_back(p); }
void operator delete[](void* p, std::size_t) noexcept { give_back(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { give_back(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept { give_back(p); }

namespace sedlink::contract {

MemoryWatch::MemoryWatch() {
  held = 0;
  highest = 0;
}

std::size_t MemoryWatch::peak() const { return static_cast<std::size_t>(highest); }

}  // namespace sedlink::contract
