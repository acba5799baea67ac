#include "contract/memory.hpp"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

thread_local bool counted = true;
std::atomic<long long> held = 0, highest = 0;

void count(long long bytes) noexcept {
  if (!counted) return;
  const long long now = held.fetch_add(bytes) + bytes;
  long long known = highest;
  while (now > known && !highest.compare_exchange_weak(known, now)) {}
}

void* take_if_any(std::size_t size) noexcept {
  void* p = std::malloc(size == 0 ? 1 : size);
  if (p == nullptr) return p;
  count(static_cast<long long>(malloc_usable_size(p)));
  return p;
}

void* take(std::size_t size) {
  void* p = take_if_any(size);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}

void give_back(void* p) noexcept {
  if (p != nullptr) count(-static_cast<long long>(malloc_usable_size(p)));
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

void leave_this_thread_out() { counted = false; }

MemoryWatch::MemoryWatch() {
  held = 0;
  highest = 0;
}

std::size_t MemoryWatch::peak() const { return static_cast<std::size_t>(highest.load()); }

}  // namespace sedlink::contract
