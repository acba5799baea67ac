// The port: settings in, parts together, every call to its part.
#include "sedlink/bitrix24/adapter.hpp"

#include "adapter/files.hpp"
#include "adapter/survey.hpp"
#include "adapter/sweep.hpp"
#include "door.hpp"

namespace sedlink::bitrix24 {
namespace {

class Bitrix24Adapter final : public api::CrmAdapter {
 public:
  Bitrix24Adapter(Settings settings, const api::AdapterEnvironment& environment, std::unique_ptr<net::Client> client)
      : settings_(std::move(settings)),
        portal_(settings_, *environment.clock, *environment.logger, std::move(client)),
        metadata_(portal_, settings_),
        reader_(portal_, metadata_, watch_, settings_, *environment.clock),
        tasks_(portal_, metadata_),
        folders_(portal_, settings_),
        effects_(portal_, metadata_, reader_, tasks_, folders_, settings_),
        files_(portal_, metadata_, reader_, effects_, folders_, settings_),
        sweep_(portal_, metadata_, watch_, settings_, *environment.clock),
        survey_(portal_, metadata_, settings_, *environment.clock) {}

  [[nodiscard]] api::CrmCapabilities capabilities() const override {
    api::CrmCapabilities can;
    can.max_file = settings_.max_file;
    can.max_inline_file = settings_.max_inline_file;
    can.entities = {"deal", "lead", "quote", "smart-invoice", "dynamic:*"};
    return can;
  }
  Task<api::ConnectionReport> test_connection(api::CallContext ctx) override {
    return survey_.test_connection(std::move(ctx));
  }
  Task<api::Catalog> discover(api::CallContext ctx, std::vector<std::string> entities) override {
    return survey_.discover(std::move(ctx), std::move(entities));
  }
  [[nodiscard]] Result<std::vector<api::InboundEvent>> accept(const api::InboundRequest& request) const override {
    return accept_delivery(request, settings_, portal_.host());
  }
  Task<api::SweepPage> sweep(api::CallContext ctx, std::string entity, std::string cursor) override {
    return sweep_.moves(std::move(ctx), std::move(entity), std::move(cursor));
  }
  Task<std::vector<ItemRef>> list_on_stage(api::CallContext ctx, std::string entity, std::string category,
                                           std::string stage, std::size_t limit) override {
    return sweep_.on_stage(std::move(ctx), std::move(entity), std::move(category), std::move(stage), limit);
  }
  Task<std::vector<Result<Item>>> read(api::CallContext ctx, std::vector<ItemRef> refs) override {
    return reader_.read(std::move(ctx), std::move(refs), {});
  }
  Task<std::vector<Result<Item>>> look(api::CallContext ctx, std::vector<ItemRef> refs,
                                       api::NeighboursWanted wanted) override {
    return reader_.read(std::move(ctx), std::move(refs), std::move(wanted));
  }
  Task<std::vector<Person>> people(api::CallContext ctx) override {
    auto all = co_await metadata_.people(ctx);
    if (!all) co_return all.error();
    co_return **all;
  }
  Task<SpooledFile> download(api::CallContext ctx, ItemRef item, std::string field, CrmFile file,
                             std::string path) override {
    return files_.download(std::move(ctx), std::move(item), std::move(field), std::move(file), std::move(path));
  }
  Task<std::vector<Result<api::Receipt>>> apply(api::CallContext ctx, std::vector<api::CrmEffect> effects) override {
    return effects_.apply(std::move(ctx), std::move(effects));
  }
  Task<std::vector<Result<std::optional<api::Receipt>>>> find(api::CallContext ctx,
                                                              std::vector<api::CrmEffect> effects) override {
    return effects_.find(std::move(ctx), std::move(effects));
  }
  Task<std::string> prepare_upload(api::CallContext ctx, FileTarget target) override {
    return files_.prepare(std::move(ctx), std::move(target));
  }
  Task<api::Receipt> upload(api::CallContext ctx, FileTarget target, SpooledFile file, std::string) override {
    return files_.upload(std::move(ctx), std::move(target), std::move(file));
  }
  Task<std::optional<api::Receipt>> find_upload(api::CallContext ctx, FileTarget target, SpooledFile file,
                                                std::string memo) override {
    return files_.find(std::move(ctx), std::move(target), std::move(file), std::move(memo));
  }
  [[nodiscard]] std::shared_ptr<const api::FieldTitles> field_titles() const override { return metadata_.titles(); }
  [[nodiscard]] std::string memory() const override { return portal_.memory(); }
  void recall(const std::string& memory) override { portal_.recall(memory); }
  [[nodiscard]] std::vector<api::Measure> measures() const override { return portal_.measures(); }

 private:
  const Settings settings_;
  Portal portal_;
  Metadata metadata_;
  StageWatch watch_;
  Reader reader_;
  Tasks tasks_;
  Folders folders_;
  Effects effects_;
  Files files_;
  Sweep sweep_;
  Survey survey_;
};

}  // namespace

Result<std::unique_ptr<api::CrmAdapter>> make_adapter(api::ConnectionSettings given,
                                                      api::AdapterEnvironment environment) {
  auto settings = parse_settings(given);
  if (!settings) return settings.error();
  net::ClientOptions options;
  options.hook = environment.hook;
  options.certificate_seen = environment.certificate_seen;
  options.ca_file = settings->ca_file;
  auto client = net::Client::create(environment.executor, options);
  if (!client) return client.error();
  return std::make_unique<Bitrix24Adapter>(std::move(*settings), environment, std::move(*client));
}

}  // namespace sedlink::bitrix24
