#include "group.hpp"

#include <algorithm>

#include "tx.hpp"

namespace sedlink::store {
namespace {

GroupResult all_failed(std::size_t count, const Error& error) {
  GroupResult out;
  out.units.assign(count, Result<void>(error));
  return out;
}

// The unit's result; throws when the transaction around it is lost.
Result<void> run_unit(Connection& connection, Tx& tx, const Job& job) {
  connection.savepoint();
  Result<void> result = guarded([&] { return job.unit(tx); });
  if (result.has_value()) {
    connection.release_savepoint();
    return result;
  }
  if (!connection.in_transaction()) throw StoreException(result.error());
  connection.rollback_to_savepoint();
  return result;
}

}  // namespace

GroupResult run_group(Connection& connection, const std::vector<Job>& jobs) {
  GroupResult out;
  bool committing = false;
  try {
    connection.begin();
    SqliteTx tx(connection.session());
    for (const Job& job : jobs) out.units.push_back(run_unit(connection, tx, job));
    const bool any = std::any_of(out.units.begin(), out.units.end(), [](const auto& r) { return r.has_value(); });
    if (!any) {
      connection.rollback();
      return out;
    }
    committing = true;
    connection.commit();
    out.committed = true;
    return out;
  } catch (...) {
    Error error = current_error();
    connection.rollback();
    // A commit that failed in the middle of its fsync may come back after a crash: the frames are in the log.
    if (committing && error.code == "store.io") error.fault = Fault::ambiguous;
    return all_failed(jobs.size(), error);
  }
}

}  // namespace sedlink::store
