/**
 * How models say that they won't or can't answer, by language (ISO 639-1). A phrase is found anywhere in an answer, as words
 * of their own, without regard to case and kinds of apostrophes. They are in the first person, or they would find what an
 * answer only reports ("the insurer cannot refuse").
 */
export const refusalPhrases = Object.freeze({
  en: list(`
    I can't help | I cannot help | I can't assist | I cannot assist | I'm not able to | I am not able to | I'm unable to
    I am unable to | I can't provide | I cannot provide | I can't give | I cannot give | I can't offer | I cannot offer
    I can't answer | I cannot answer | I can't advise | I cannot advise | I can't recommend | I cannot recommend
    I can't tell you | I cannot tell you | I can't share | I cannot share | I can't discuss | I cannot discuss
    I can't comply | I cannot comply | I can't do that | I cannot do that | I won't | I will not | I must decline
    I have to decline | I decline to | I'm not allowed to | I am not allowed to | I refuse to | I'm sorry, but I can't
    I'm sorry, but I cannot | we can't help | we cannot help | we can't provide | we cannot provide | we can't advise
    we cannot advise | we are unable to | we're unable to | not something I can help | I don't have that information
    I do not have that information
  `),
  de: list(`
    ich kann dabei nicht helfen | ich kann dir dabei nicht helfen | ich kann Ihnen dabei nicht helfen
    dabei kann ich nicht helfen | dabei kann ich dir nicht helfen | dabei kann ich Ihnen nicht helfen
    das kann ich nicht | dazu kann ich nichts | dazu kann ich keine | ich kann keine | ich kann Ihnen keine
    ich kann dir keine | ich darf keine | ich darf nicht | das darf ich nicht | ich kann nicht | ich bin nicht in der Lage
    ich muss ablehnen | das muss ich ablehnen | ich lehne ab | dazu darf ich | wir können keine | wir dürfen keine
  `),
  fr: list(`
    je ne peux pas | je ne peux ni | je ne peux pas vous aider | je ne suis pas en mesure | je ne suis pas autorisé
    je ne suis pas autorisée | je ne suis pas habilité | je refuse de | je dois refuser | je dois décliner
    il m'est impossible | nous ne pouvons pas | nous ne sommes pas en mesure
  `),
  es: list(`
    no puedo ayudar | no puedo ayudarle | no puedo ayudarte | no puedo proporcionar | no puedo dar | no puedo darle
    no puedo darte | no puedo ofrecer | no puedo recomendar | no puedo responder | no puedo hacer eso
    no me es posible | no estoy autorizado | no estoy autorizada | no estoy en condiciones | debo rechazar
    debo negarme | me niego a | no podemos ayudar | no podemos proporcionar
  `),
  it: list(`
    non posso aiutare | non posso aiutarti | non posso aiutarla | non posso fornire | non posso dare | non posso darle
    non posso offrire | non posso consigliare | non posso rispondere | non posso farlo | non sono in grado
    non sono autorizzato | non sono autorizzata | non mi è possibile | devo rifiutare | mi rifiuto di | non possiamo
  `),
  pt: list(`
    não posso ajudar | não posso ajudá-lo | não posso fornecer | não posso dar | não posso oferecer
    não posso recomendar | não posso responder | não posso fazer isso | não consigo ajudar | não estou autorizado
    não estou autorizada | não me é possível | devo recusar | tenho de recusar | me recuso a | não podemos
  `),
  nl: list(`
    ik kan je daar niet mee helpen | ik kan u daar niet mee helpen | daar kan ik niet mee helpen | ik kan geen
    ik kan niet | dat kan ik niet | ik mag geen | ik mag niet | dat mag ik niet | ik ben niet in staat
    ik moet weigeren | ik weiger | wij kunnen geen | we kunnen geen
  `),
  pl: list(`
    nie mogę pomóc | nie mogę udzielić | nie mogę podać | nie mogę doradzać | nie mogę odpowiedzieć | nie mogę tego
    nie jestem w stanie | nie jestem upoważniony | nie jestem upoważniona | muszę odmówić | odmawiam
  `),
  ja: list(`
    お答えできません | 回答できません | お手伝いできません | 提供できません | 助言できません | お断りします | できかねます
    いたしかねます
  `),
  zh: list(`
    我无法 | 我不能 | 我没有办法 | 无法提供 | 不能提供 | 无法回答 | 不能回答 | 我拒绝 | 無法提供 | 我無法
  `),
});

/** A language of which phrases of refusal are known. */
export type RefusalLanguage = keyof typeof refusalPhrases;

function list(text: string): readonly string[] {
  return Object.freeze(
    text
      .split(/[|\n]/)
      .map((phrase) => phrase.trim())
      .filter((phrase) => phrase !== ""),
  );
}
