#pragma once
#include "infobase.hpp"
#include "objects.hpp"

namespace sedlink::sim::onec_docflow {

class Engine;

// What one request works with; a batch gives each sub-request its own.
struct Session {
  Session(Infobase& b, Engine& e, Caller c) : base(b), engine(e), caller(std::move(c)), objects(base, caller) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Infobase& base;
  Engine& engine;
  Caller caller;
  Objects objects;
};

}  // namespace sedlink::sim::onec_docflow
