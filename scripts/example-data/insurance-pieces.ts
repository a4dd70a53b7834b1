/** What the insurance records are made of: the clause book of an invented insurer, and how its customers tell what happened. */

/** Something the insurer pays for, with what customers write when it happens to them. */
export interface Cover {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** The usual loss in euros, from and to. */
  readonly loss: readonly [number, number];
  readonly told: readonly string[];
  /** The ids of what may keep the insurer from paying, or makes it look closer. */
  readonly barred: readonly string[];
}

/** Why the insurer doesn't pay, or doesn't pay yet, with how that shows in a claim. */
export interface Bar {
  readonly id: string;
  readonly kind: "exclusion" | "condition";
  readonly title: string;
  readonly text: string;
  readonly told: readonly string[];
}

export const covers: Readonly<Record<"home" | "motor" | "travel", readonly Cover[]>> = {
  home: [
    {
      id: "H1",
      title: "fire",
      text: "Damage to the home and its contents by fire or smoke.",
      loss: [400, 9000],
      barred: ["E1", "N1", "N3"],
      told: [
        "A pan of oil caught fire and burnt the kitchen wall.",
        "A candle set the curtains alight and the sofa is burnt.",
        "The toaster went up in flames and smoke blackened the ceiling.",
        "Sparks from the stove burnt a hole in the wooden floor.",
        "The tumble dryer began to burn and the cellar is full of soot.",
        "Flames from the neighbour's shed burnt our fence and door.",
        "A fire in the attic took part of the roof.",
        "The lamp overheated and the bookcase burnt down.",
      ],
    },
    {
      id: "H2",
      title: "burst pipe",
      text: "Damage by water that escapes from pipes and appliances.",
      loss: [200, 5000],
      barred: ["E1", "E2", "N1", "N3"],
      told: [
        "A pipe burst under the sink and soaked the kitchen floor.",
        "The hose of the washing machine split and water ran into the hall.",
        "Water from a broken pipe came through the bathroom ceiling.",
        "The boiler leaked all night and the carpet is ruined by water.",
        "A frozen pipe cracked and flooded the cellar with water.",
        "The dishwasher leaked and the wooden floor has swollen.",
        "Water dripped from the pipe in the wall and the paper peels off.",
        "The tap broke off and water stood in every room.",
      ],
    },
    {
      id: "H3",
      title: "theft",
      text: "Theft of contents from the home.",
      loss: [150, 4000],
      barred: ["E2", "E3", "N1", "N2", "N3"],
      told: [
        "Somebody stole the laptop and a camera from the study.",
        "Burglars took my grandmother's ring and two watches.",
        "A thief carried off the bicycles from our garage.",
        "We were burgled and the silver cutlery is gone.",
        "Someone took the television while we were at work.",
        "My violin was stolen from the living room.",
        "The garden tools were stolen from the shed.",
        "Intruders searched all rooms and took the cash box.",
      ],
    },
    {
      id: "H4",
      title: "storm",
      text: "Damage to the home by storm or hail.",
      loss: [250, 7000],
      barred: ["E1", "N1", "N3"],
      told: [
        "The storm tore eleven tiles off the roof.",
        "A gale blew down the chimney on Sunday night.",
        "Strong wind broke the greenhouse and bent its frame.",
        "The storm threw a branch through the bedroom window.",
        "Wind lifted the garage door out of its rails.",
        "A hailstorm smashed the roof of the veranda.",
        "The gale flattened the fence along the street.",
        "After the storm the gutter hung down from the wall.",
      ],
    },
  ],
  motor: [
    {
      id: "M1",
      title: "collision",
      text: "Damage to the insured car in a collision.",
      loss: [300, 8000],
      barred: ["E4", "E5", "N1", "N2"],
      told: [
        "I ran into the car in front of me at the lights.",
        "Another driver hit my door in the car park.",
        "The car slid on ice and hit a wall.",
        "I backed into a lamp post and dented the boot.",
        "We crashed with a delivery van at the crossing.",
        "My bumper hit the gate post as I turned in.",
        "A bus scraped along the side of my car.",
        "I hit the kerb and then a road sign.",
      ],
    },
    {
      id: "M2",
      title: "glass",
      text: "Broken glass of the insured car.",
      loss: [90, 900],
      barred: ["E5", "N1", "N3"],
      told: [
        "A stone chipped the windscreen on the motorway.",
        "The rear window of the car is shattered.",
        "A crack runs right across my windscreen.",
        "A ball broke the side window of the parked car.",
        "Gravel from a truck cracked the windscreen.",
        "The glass of the sunroof broke into pieces.",
        "A bird hit the windscreen and it has a star now.",
        "Somebody smashed the quarter light of my car.",
      ],
    },
    {
      id: "M3",
      title: "car theft",
      text: "Theft of the insured car or of parts fixed to it.",
      loss: [600, 9500],
      barred: ["E3", "E5", "N1", "N2"],
      told: [
        "My car was gone from the street this morning.",
        "All four wheels were stolen from the car.",
        "The car was taken from the station car park overnight.",
        "Thieves cut the catalytic converter out of the car.",
        "Someone drove off with my van from the yard.",
        "The car vanished while we were at the cinema.",
        "Both headlights were stolen out of the car.",
        "A thief took the car from the drive.",
      ],
    },
    {
      id: "M4",
      title: "animals",
      text: "Damage to the insured car by animals.",
      loss: [150, 3500],
      barred: ["E4", "E5", "N1"],
      told: [
        "A deer jumped in front of the car at dusk.",
        "A pheasant flew into the grille of the car.",
        "I hit a wild boar near the forest.",
        "A fox ran into my car on the country road.",
        "I hit a hare on the way home.",
        "A cow stepped out and kicked in the door of the car.",
        "A stray dog ran against the wing of the car.",
        "A badger crossed the road and broke the spoiler.",
      ],
    },
  ],
  travel: [
    {
      id: "T1",
      title: "lost luggage",
      text: "Luggage that is lost, damaged or stolen on a journey.",
      loss: [80, 1900],
      barred: ["E6", "N1", "N2", "N3"],
      told: [
        "My suitcase was gone when I came back to the platform.",
        "Both of our bags were taken at the bus stop.",
        "My backpack was stolen on the night train.",
        "The bag with my clothes was taken from the beach.",
        "Somebody walked off with my suitcase at the airport.",
        "My luggage is missing since the ferry.",
        "The coach left with my bag and it was never found.",
        "The camera bag was taken from the hotel lobby.",
      ],
    },
    {
      id: "T2",
      title: "cancelled trip",
      text: "The cost of a trip that has to be cancelled.",
      loss: [120, 2800],
      barred: ["E7", "N1", "N3"],
      told: [
        "My migraine came back and I had to cancel the holiday.",
        "My heart gave me trouble and we could not fly.",
        "My back gave way, so the trip was off.",
        "Our son got the measles and we stayed at home instead.",
        "My asthma got worse and I cancelled the cruise.",
        "We had to call off the tour because my wife is ill.",
        "An operation came up and I cancelled the flight.",
        "The trip fell through when I caught pneumonia.",
      ],
    },
    {
      id: "T3",
      title: "doctor abroad",
      text: "Doctors, hospitals and medicine abroad.",
      loss: [60, 6500],
      barred: ["E7", "N1", "N3"],
      told: [
        "I saw a doctor in Spain with a high fever.",
        "My back gave out in Turkey and a doctor gave me an injection.",
        "A dentist in Greece had to pull my tooth.",
        "My daughter was taken to hospital in Italy with stomach pains.",
        "I could hardly breathe and a clinic kept me overnight in Wales.",
        "The doctor on the island gave me medicine for an ear infection.",
        "An ambulance took my wife to the hospital abroad with chest pains.",
        "I had a rash all over and needed a doctor in Malta.",
      ],
    },
    {
      id: "T4",
      title: "delay",
      text: "Meals and beds when a journey is delayed by more than six hours.",
      loss: [40, 420],
      barred: ["N1", "N3"],
      told: [
        "Our plane left nine hours late and we paid for a hotel.",
        "The ferry was delayed until the next day.",
        "The night train was ten hours late and we bought meals.",
        "We waited twelve hours at the airport and paid for food.",
        "Fog delayed the flight and I needed a room.",
        "The coach came eight hours late, so we ate in the station.",
        "The flight was put off till morning and we took a room.",
        "A strike delayed the train by seven hours.",
      ],
    },
  ],
};

export const bars: readonly Bar[] = [
  {
    id: "E1",
    kind: "exclusion",
    title: "wear",
    text: "Damage that comes from age, rot or want of care.",
    told: [
      "The repairer says it was in a bad state for years.",
      "It was old and worn out, the report says.",
      "The expert found damage that is many years old.",
      "It had not been looked after for ten years.",
      "The report calls it plain old age.",
      "We had put off the repair for years.",
    ],
  },
  {
    id: "E2",
    kind: "exclusion",
    title: "empty home",
    text: "Damage while nobody has lived in the home for sixty days or more.",
    told: [
      "The house had stood empty for three months.",
      "Nobody had lived there since spring.",
      "We were away for four months and the flat was empty.",
      "The house was for sale and empty for half a year.",
      "Nobody was living in the house all winter.",
      "The last tenant had moved out three months before.",
    ],
  },
  {
    id: "E3",
    kind: "exclusion",
    title: "not locked",
    text: "Theft where doors or windows were left open or keys within reach.",
    told: [
      "I had left the door unlocked.",
      "The key was in the lock.",
      "The window had been left wide open.",
      "I forgot to lock it that evening.",
      "The spare key lay under the mat.",
      "It was not locked, since we were in a hurry.",
    ],
  },
  {
    id: "E4",
    kind: "exclusion",
    title: "alcohol",
    text: "Damage while the driver was under the influence of alcohol or drugs.",
    told: [
      "The police measured too much alcohol.",
      "I had been drinking at a party.",
      "The driver was drunk, the police say.",
      "I had four beers before.",
      "My blood test showed alcohol.",
      "We came from the pub and had been drinking wine.",
    ],
  },
  {
    id: "E5",
    kind: "exclusion",
    title: "paid rides",
    text: "Damage while the car is used for hire, delivery or races.",
    told: [
      "I was delivering parcels for money.",
      "I was driving a paying passenger.",
      "The car was rented out to a stranger.",
      "I use the car as a taxi at weekends.",
      "It happened while I brought out pizza for a shop.",
      "We were in a race with friends.",
    ],
  },
  {
    id: "E6",
    kind: "exclusion",
    title: "unwatched",
    text: "Luggage that was left unwatched.",
    told: [
      "I had left my things alone for an hour.",
      "Nobody was watching our things while we swam.",
      "My luggage stood in the street while I ate.",
      "I had left everything unwatched on a bench.",
      "I had gone for a walk and left it on a seat.",
      "I had asked nobody to keep an eye on it.",
    ],
  },
  {
    id: "E7",
    kind: "exclusion",
    title: "known illness",
    text: "Illness that was known when the journey was booked.",
    told: [
      "I have had this illness for years.",
      "The doctors had warned us before we booked.",
      "I was already under treatment when I booked.",
      "It was known long before the booking.",
      "I had been ill with it twice last year.",
      "My doctor had told me not to travel.",
    ],
  },
  {
    id: "N1",
    kind: "condition",
    title: "late report",
    text: "A claim reported more than thirty days after the event goes to a senior adjuster.",
    told: [
      "Sorry that I report it only now, after two months.",
      "It happened ten weeks ago; I forgot to write.",
      "I know this letter comes three months late.",
      "That was last year, and I report it only today.",
      "I should have reported it two months ago.",
      "I write late, it was thirteen weeks ago.",
    ],
  },
  {
    id: "N2",
    kind: "condition",
    title: "police report",
    text: "Where a crime or a crash is claimed without a police report, the claim waits for one.",
    told: [
      "I did not go to the police.",
      "There is no police report.",
      "We never called the police.",
      "The police were not told.",
      "I have nothing from the police yet.",
      "I saw no need for the police.",
    ],
  },
  {
    id: "N3",
    kind: "condition",
    title: "no receipts",
    text: "Without receipts or photos the claim waits for them.",
    told: [
      "I have no receipts and no photos.",
      "I threw all the bills away.",
      "There are no photos, and the receipts are lost.",
      "I can't find a single receipt.",
      "I paid in cash and have no bill.",
      "The bills are gone, I am afraid.",
    ],
  },
];

/** What says nothing for or against paying. */
export const asides: readonly string[] = [
  "Photos are attached.",
  "The police report is attached.",
  "I reported it the same day.",
  "The bills are attached.",
  "A neighbour saw it.",
  "Please tell me what happens next.",
  "I can send more photos.",
  "The repair is booked for Monday.",
  "We were at home at the time.",
  "I have all receipts.",
  "It happened on Friday.",
  "Thank you for your help.",
  "The police came within the hour.",
  "Everything was locked.",
];

/** What the insurer asks back. */
export const followUps: readonly string[] = [
  "Is there anything else that we should know?",
  "How did it come about?",
  "Can you tell us more?",
  "What else can you say about it?",
  "Please tell us a little more.",
];
