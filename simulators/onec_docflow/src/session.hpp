#pragma once
#include "infobase.hpp"
#include "objects.hpp"

namespace sedlink::sim::onec_docflow {

class Engine;
class ProcessingEngine;

// What one request works with; a batch gives each sub-request its own.
struct Session {
  Session(Infobase& b, Engine& e, ProcessingEngine& p, Caller c)
      : base(b), engine(e), processings(p), caller(std::move(c)), objects(base, caller) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Infobase& base;
  Engine& engine;                 // of 2.1
  ProcessingEngine& processings;  // of 3.0
  Caller caller;
  Objects objects;
};

}  // namespace sedlink::sim::onec_docflow
