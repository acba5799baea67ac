#include "dossier_texts.hpp"

#include <fmt/format.h>

#include "sedlink/core/hash.hpp"
#include "sedlink/core/json.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::render {
namespace {

// One word of a shell, whatever is in it.
std::string quoted(const std::string& word) { return "'" + text::replace_all(word, "'", "'\\''") + "'"; }

std::string one_line(std::string text) {
  for (const char* separator : {"\r\n", "\n", "\r"}) text = text::replace_all(std::move(text), separator, " ");
  return text;
}

std::string base_command(const DossierSignature& s) {
  std::string out = "openssl cms -verify -binary -inform DER";
  if (s.gost) out += " -engine gost";
  out += " -in " + quoted(s.name);
  return out;
}

// The content goes to nowhere, or, from inside an attached signature, is compared with the file beside it.
std::string with_content(std::string command, const DossierSignature& s) {
  if (!s.attached) return command + " -content " + quoted(s.of) + " -out /dev/null";
  return command + " -out inside.tmp && cmp -- inside.tmp " + quoted(s.of);
}

std::string mathematics_command(const DossierSignature& s) { return with_content(base_command(s) + " -noverify", s); }

std::string at_time(Time t) {
  return " -attime " + std::to_string(std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count());
}

std::string whole_command(const Dossier& d, const DossierSignature& s) {
  std::string out =
      base_command(s) + " -no-CApath -no-CAstore -CAfile " + quoted(d.trust_file) + " -purpose any -policy 2.5.29.32.0";
  if (d.partial_chain) out += " -partial_chain";
  if (d.crl_of_chain)
    out += " -crl_check_all";
  else if (d.crl_of_signer)
    out += " -crl_check";
  return with_content(out + at_time(s.judged_as_of), s);
}

std::string stamp_command(const Dossier& d, const DossierSignature& s, const DossierStamp& stamp) {
  return "openssl ts -verify" + std::string(s.gost ? " -engine gost" : "") + " -token_in -in " + quoted(stamp.token) +
         " -data " + quoted(stamp.value) + " -CAfile " + quoted(d.stamps_file) + " -untrusted " + quoted(d.trust_file) +
         " -partial_chain" + at_time(s.checked_at);
}

std::string answer_command(const Dossier& d, const DossierSignature& s, const std::string& answer) {
  return "openssl ocsp -respin " + quoted(answer) + " -verify_other " + quoted(d.answers_file) + " -CAfile " +
         quoted(d.trust_file) + " -partial_chain" + at_time(s.checked_at) + " -resp_text";
}

std::string block(const std::string& command, Expected expected) {
  const char* words = expected == Expected::success ? "# ожидается: успех\n" : "# ожидается: отказ\n";
  return "```sh\n" + std::string(words) + command + "\n```\n";
}

void add_facts(std::string& out, const Dossier& d) {
  for (const auto& [name, value] : d.facts) out += name + ": " + one_line(value) + "\n";
}

}  // namespace

std::string signatures_text(const Dossier& d) {
  std::string out = "Проверка электронных подписей\n" + one_line(d.title) + "\n\n";
  add_facts(out, d);
  out += "\n";
  if (d.signatures.empty()) out += "Подписей в досье нет.\n";
  for (const auto& s : d.signatures) {
    out += s.name + "\n  файл: " + s.of + "\n";
    for (const auto& line : s.lines) out += "  " + one_line(line) + "\n";
    out += "\n";
  }
  if (!d.absent.empty()) out += "Чего нет и почему\n";
  for (const auto& sentence : d.absent) out += "  " + one_line(sentence) + "\n";
  out += "\nКак проверить самому: ПРОВЕРКА.md.\n";
  return out;
}

std::string check_manual(const Dossier& d) {
  std::string out = "# Проверка досье\n\n" + one_line(d.title) +
                    "\n\nНужны openssl 3 и sha256sum; команды запускают в папке, куда распаковано досье. Под каждой "
                    "сказано, чем она должна кончиться: успех — код 0, отказ — другой.\n\n"
                    "## Файлы не изменились\n\n" +
                    block("sha256sum --quiet --strict -c SHA256SUMS", Expected::success) +
                    "\n## Запись хода процесса не переписана\n\n"
                    "Каждая строка trail.jsonl хранит SHA-256 предыдущей; хеш последней — строка trail-last.json в "
                    "SHA256SUMS.\n\n" +
                    block(
                        "(previous=0000000000000000000000000000000000000000000000000000000000000000\n"
                        "while IFS= read -r line; do\n"
                        "  case \"$line\" in *'\"previous\":\"'\"$previous\"'\"}') ;; *) exit 1 ;; esac\n"
                        "  previous=$(printf '%s' \"$line\" | sha256sum | cut -d' ' -f1)\n"
                        "done <trail.jsonl\n"
                        "test \"$previous\" = \"$(sha256sum <trail-last.json | cut -d' ' -f1)\")",
                        Expected::success);
  if (!d.signatures.empty()) out += "\n## Подписи\n";
  for (const auto& s : d.signatures) {
    out += "\n### " + s.name + "\n\nФайл: " + s.of + (s.attached ? " (подпись присоединённая)" : "") + "\n\n";
    for (const auto& line : s.lines) out += "- " + one_line(line) + "\n";
    if (s.gost) out += "\nПодпись по ГОСТ: openssl нужен движок gost (пакет libengine-gost-openssl).\n";
    if (s.mathematics != Expected::unknown)
      out += "\nСодержимое и значение подписи, без доверия к сертификату:\n\n" +
             block(mathematics_command(s), s.mathematics);
    if (s.whole != Expected::unknown && !d.trust_file.empty())
      out += "\nВместе с цепочкой сертификата" +
             std::string(d.crl_of_signer || d.crl_of_chain ? " и списком отзыва" : "") + ", на " +
             d.zone.to_display(s.judged_as_of) + ":\n\n" + block(whole_command(d, s), s.whole);
    for (const auto& stamp : s.stamps)
      out += "\nМетка времени поставлена на значение этой подписи доверенной службой, на " +
             d.zone.to_display(s.checked_at) + ":\n\n" + block(stamp_command(d, s, stamp), Expected::success);
    for (const auto& answer : s.ocsp)
      out += "\nОтвет OCSP подписан тем, кому это можно; отозван ли сертификат, говорит его строка «Cert Status»:\n\n" +
             block(answer_command(d, s, answer), Expected::success);
    if (s.whole == Expected::unknown)
      out +=
          "\nВывод целиком openssl не повторит: он таких условий не проверяет, или доверие не настроено. Причины — "
          "выше и в verdicts.json.\n";
  }
  out +=
      "\nВид подписи (CAdES) openssl не проверяет, метки, о которой выше команды нет, не подтвердил и он: что о них "
      "найдено, сказано в verdicts.json.\n";
  if (!d.absent.empty()) out += "\n## Чего нет и почему\n\n";
  for (const auto& sentence : d.absent) out += "- " + one_line(sentence) + "\n";
  return out;
}

Trail trail_of(const Dossier& d) {
  Trail out;
  std::string previous(64, '0');
  std::int64_t number = 0;
  const auto add = [&](const std::string& at, const std::string& kind, const std::string& text) {
    out.last = boost::json::serialize(json::object{
        {"number", ++number}, {"at", at}, {"kind", kind}, {"text", text::sanitize_utf8(text)}, {"previous", previous}});
    previous = sha256_hex(out.last);
    out.lines += out.last + "\n";
  };
  for (const auto& [name, value] : d.facts) add(to_iso8601(d.made_at), "fact", name + ": " + value);
  for (const auto& line : d.trail) {
    add(to_iso8601(line.at), line.kind, line.text);
    out.readable += d.zone.to_display(line.at) + "  " + one_line(line.text) + "\n";
  }
  return out;
}

}  // namespace sedlink::render
