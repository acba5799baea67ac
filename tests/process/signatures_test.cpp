// What becomes of the signatures an EDMS gives back, and what the dossier is made from.
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "world.hpp"

namespace sedlink::process::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Signatures : public ::testing::Test {
 protected:
  Signatures() {
    auto with_dossier = std::make_shared<mapping::CompiledMapping>(*w_.mapping);
    mapping::ResultRule rule;
    rule.take = mapping::Take::dossier;
    rule.to.emplace_back();  // the folder
    with_dossier->results.push_back(std::move(rule));
    w_.mapping = with_dossier;
    w_.rules.mapping = w_.mapping.get();
    w_.rules.zone = TimeZone::find("Europe/Moscow").value();
    w_.see();
    w_.settle();
  }

  SignatureInfo signature(const std::string& who, const std::string& bytes) {
    SignatureInfo s;
    s.signer = who;
    s.bytes = bytes;
    return s;
  }
  // Approved, with these signatures of the document; everything settles.
  void approve(std::vector<SignatureInfo> signatures) {
    w_.snapshot(World::ended(Outcome::approved));
    w_.settle_until("list_results");
    EffectSucceeded listed;
    listed.effect = w_.effects[w_.next - 1];
    ResultsListed results;
    ResultFile file;
    file.ref.id = w_.instance.files.front().edms_file;
    file.name = "contract.pdf";
    file.signatures = std::move(signatures);
    results.results.files.push_back(std::move(file));
    listed.result = results;
    w_.apply(listed);
  }
  std::vector<std::string> comments() const {
    std::vector<std::string> out;
    for (const auto& e : w_.effects)
      if (const auto* c = std::get_if<ChangeCrm>(&e.action))
        if (const auto* said = std::get_if<Comment>(&c->action); said != nullptr && said->text.starts_with("Проверка"))
          out.push_back(said->text);
    return out;
  }
  std::vector<Deliver> deliveries(Deliver::Source source) const {
    std::vector<Deliver> out;
    for (const auto& e : w_.effects)
      if (const auto* d = std::get_if<Deliver>(&e.action); d != nullptr && d->source == source) out.push_back(*d);
    return out;
  }
  World w_;
};

TEST_F(Signatures, nothing_is_handed_over_before_they_are_judged) {
  approve({signature("Кузнецов", "cms")});
  EXPECT_EQ(w_.count("verify_signatures"), 1);
  EXPECT_EQ(w_.count("deliver"), 0);
  w_.settle();
  EXPECT_GT(w_.count("deliver"), 0);
  EXPECT_EQ(w_.instance.phase, Phase::ended);
  ASSERT_EQ(comments().size(), 1U);
  EXPECT_THAT(comments()[0], HasSubstr("верны: 1"));
  EXPECT_THAT(comments()[0], HasSubstr("✔ Кузнецов, ИНН 7701234567 — верна (время по словам подписанта "));
}

TEST_F(Signatures, of_another_version_are_told_loudly_and_to_the_responsible) {
  w_.standing = Standing::invalid;
  approve({signature("Кузнецов", "cms")});
  const int before = w_.count("notify");
  w_.settle();
  ASSERT_EQ(comments().size(), 1U);
  EXPECT_THAT(comments()[0], HasSubstr("✘ Кузнецов, ИНН 7701234567 — НЕВЕРНА: подписана другая версия файла (время "));
  EXPECT_EQ(w_.count("notify"), before + 1);
  EXPECT_EQ(w_.count("attention"), 0) << "news for people is no incident by itself";
  const auto sheets = deliveries(Deliver::Source::sheet);
  ASSERT_FALSE(sheets.empty());
  ASSERT_EQ(sheets[0].sheet.signatures.size(), 1U);
  EXPECT_EQ(sheets[0].sheet.signatures[0].verdict, "invalid");
  EXPECT_THAT(sheets[0].sheet.signatures[0].reason, HasSubstr("другая версия"));
}

TEST_F(Signatures, that_are_wrong_open_an_incident_where_the_config_asks_for_a_person) {
  w_.standing = Standing::invalid;
  approve({signature("Кузнецов", "cms")});
  EffectSucceeded judged;
  judged.effect = w_.effects.back();
  SignaturesVerified answer = w_.verified(std::get<VerifySignatures>(judged.effect.action).results);
  answer.incident_when_invalid = true;
  judged.result = answer;
  w_.apply(judged);
  EXPECT_EQ(w_.count("attention"), 1);
}

TEST_F(Signatures, without_bytes_are_said_to_be_missing_in_the_card_and_in_the_dossier) {
  approve({signature("Кузнецов", "")});
  w_.settle();
  ASSERT_EQ(comments().size(), 1U);
  EXPECT_THAT(comments()[0], HasSubstr("? Кузнецов — не установлено: файла подписи нет"));
  EXPECT_THAT(deliveries(Deliver::Source::signature), IsEmpty());
  const auto dossiers = deliveries(Deliver::Source::dossier);
  ASSERT_EQ(dossiers.size(), 1U);
  ASSERT_EQ(dossiers[0].dossier.absent.size(), 1U);
  EXPECT_THAT(dossiers[0].dossier.absent[0], HasSubstr("Файла подписи нет: Кузнецов"));
}

TEST_F(Signatures, that_nobody_could_judge_are_never_valid_and_nothing_waits_for_them) {
  approve({signature("Кузнецов", "cms")});
  EffectFailed failed;
  failed.effect = w_.effects.back();
  ++w_.next;
  failed.error.fault = Fault::rejected;
  failed.error.message = "файл удалён";
  EXPECT_TRUE(w_.apply(failed).handled);
  w_.settle();
  EXPECT_EQ(w_.instance.phase, Phase::ended);
  ASSERT_EQ(w_.instance.signatures.signatures.size(), 1U);
  EXPECT_EQ(w_.instance.signatures.signatures[0].standing, Standing::indeterminate);
  EXPECT_THAT(comments().at(0), HasSubstr("проверить не удалось: файл удалён"));
}

TEST_F(Signatures, a_document_goes_out_only_as_the_bytes_that_were_judged) {
  approve({signature("Кузнецов", "cms")});
  w_.settle();
  const auto documents = deliveries(Deliver::Source::edms_file);
  ASSERT_FALSE(documents.empty());
  for (const auto& d : documents) EXPECT_EQ(d.sha256, "sha-of-contract.pdf");
}

TEST_F(Signatures, the_dossier_goes_last_and_knows_what_was_judged) {
  approve({signature("Кузнецов", "cms"), signature("Орлова", "")});
  w_.settle();
  const auto* last = std::get_if<Deliver>(&w_.effects.back().action);
  ASSERT_NE(last, nullptr);
  ASSERT_EQ(last->source, Deliver::Source::dossier);
  EXPECT_EQ(last->name, "Досье — Поставка.zip");
  ASSERT_EQ(last->dossier.signatures.size(), 1U);
  EXPECT_EQ(last->dossier.signatures[0].name, "contract.pdf.1.p7s");
  EXPECT_EQ(last->dossier.check.signatures.size(), 2U);
  ASSERT_EQ(last->dossier.files.size(), 1U);
  EXPECT_EQ(last->dossier.files[0].sha256, "sha-of-contract.pdf");
  const std::string written = boost::json::serialize(to_json(w_.effects.back()));
  EXPECT_EQ(boost::json::serialize(to_json(effect_from_json(boost::json::parse(written)))), written);
}

TEST_F(Signatures, a_document_nobody_signed_has_a_dossier_that_says_so) {
  approve({});
  w_.settle();
  EXPECT_EQ(w_.count("verify_signatures"), 0);
  EXPECT_THAT(comments(), IsEmpty());
  const auto dossiers = deliveries(Deliver::Source::dossier);
  ASSERT_EQ(dossiers.size(), 1U);
  EXPECT_THAT(dossiers[0].dossier.absent.at(0), HasSubstr("Подписей нет"));
}

TEST_F(Signatures, the_verdicts_read_back_as_they_were_written) {
  approve({signature("Кузнецов", "cms"), signature("Орлова", "")});
  w_.settle();
  const auto written = to_json(w_.instance);
  EXPECT_EQ(boost::json::serialize(to_json(instance_from_json(written))), boost::json::serialize(written));
  EXPECT_EQ(short_lines(w_.instance.signatures),
            (std::vector<std::string>{"Кузнецов: верна", "Орлова: не установлено: файла подписи нет"}));
}

}  // namespace
}  // namespace sedlink::process::testing
