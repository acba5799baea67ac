#pragma once
// A store whose next writes are refused on request, as a full disk refuses them.
#include "sedlink/store/store.hpp"

namespace sedlink::engine::testing {

class FlakyStore final : public store::Store {
 public:
  explicit FlakyStore(std::unique_ptr<store::Store> inner) : inner_(std::move(inner)) {}
  int refuse = 0;  // so many writes from now on

  [[nodiscard]] store::StoreStats stats() const override { return inner_->stats(); }
  void close() override { inner_->close(); }

 protected:
  Task<void> write_unit(std::function<Result<void>(store::Tx&)> unit) override {
    if (refuse > 0) {
      --refuse;
      Error full;
      full.fault = Fault::transient;
      full.audience = Audience::admin;
      full.code = "store.full";
      full.message = "Место на диске кончилось";
      co_return full;
    }
    std::function<Result<bool>(store::Tx&)> body = valued(std::move(unit));
    Result<bool> done = co_await inner_->write<bool>(std::move(body));
    if (done.has_error()) co_return done.error();
    co_return Result<void>();
  }
  Task<void> read_unit(std::function<Result<void>(store::Tx&)> unit) override {
    std::function<Result<bool>(store::Tx&)> body = valued(std::move(unit));
    Result<bool> done = co_await inner_->read<bool>(std::move(body));
    if (done.has_error()) co_return done.error();
    co_return Result<void>();
  }

 private:
  static std::function<Result<bool>(store::Tx&)> valued(std::function<Result<void>(store::Tx&)> unit) {
    return [unit = std::move(unit)](store::Tx& tx) -> Result<bool> {
      const Result<void> done = unit(tx);
      if (done.has_error()) return done.error();
      return true;
    };
  }
  std::unique_ptr<store::Store> inner_;
};

}  // namespace sedlink::engine::testing
